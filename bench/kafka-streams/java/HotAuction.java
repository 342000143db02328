import java.io.IOException;
import org.apache.avro.io.BinaryEncoder;

/** bench.HotAuction */
record HotAuction(long start, Bids bids) {
    static void write(BinaryEncoder to, HotAuction auction) throws IOException {
        Bids bids = auction.bids;
        to.writeLong(auction.start);
        to.writeLong(bids.count);
        to.writeArrayStart();
        to.setItemCount(bids.held);
        for (int at = 0; at < bids.held; at++) {
            to.startItem();
            to.writeLong(bids.bidders[at]);
            to.writeLong(bids.prices[at]);
        }
        to.writeArrayEnd();
    }
}
