import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** The bids of one auction in one window: how many there were, and the highest of them. */
final class Bids {
    static final int MOST = 3;

    long count;
    int held;
    final long[] bidders = new long[MOST];
    final long[] prices = new long[MOST];

    /** The highest price first; of equal ones the bidder with the lower number. */
    Bids add(Bid bid) {
        count += 1;
        int at = held;
        while (at > 0 && isBehind(at - 1, bid)) at -= 1;
        if (at == MOST) return this;
        if (held < MOST) held += 1;
        for (int to = held - 1; to > at; to--) {
            bidders[to] = bidders[to - 1];
            prices[to] = prices[to - 1];
        }
        bidders[at] = bid.bidder();
        prices[at] = bid.price();
        return this;
    }

    private boolean isBehind(int at, Bid bid) {
        return prices[at] < bid.price() || (prices[at] == bid.price() && bidders[at] > bid.bidder());
    }

    /** For the store: numbers of a fixed size, the quickest that there is. */
    static Serde<Bids> serde() {
        return Serdes.serdeFrom((topic, bids) -> write(bids), (topic, bytes) -> read(bytes));
    }

    private static byte[] write(Bids bids) {
        if (bids == null) return null;
        ByteBuffer bytes = ByteBuffer.allocate(8 + 16 * bids.held).putLong(bids.count);
        for (int at = 0; at < bids.held; at++) bytes.putLong(bids.bidders[at]).putLong(bids.prices[at]);
        return bytes.array();
    }

    private static Bids read(byte[] from) {
        if (from == null) return null;
        ByteBuffer bytes = ByteBuffer.wrap(from);
        Bids bids = new Bids();
        bids.count = bytes.getLong();
        for (; bytes.hasRemaining(); bids.held++) {
            bids.bidders[bids.held] = bytes.getLong();
            bids.prices[bids.held] = bytes.getLong();
        }
        return bids;
    }
}
