import java.io.IOException;
import org.apache.avro.io.BinaryEncoder;

/** bench.EnrichedBid */
record EnrichedBid(long bidder, long price, String channel, long seller, String category) {
    static EnrichedBid of(Bid bid, Auction auction) {
        return new EnrichedBid(bid.bidder(), bid.price(), bid.channel(), auction.seller(), auction.category());
    }

    static void write(BinaryEncoder to, EnrichedBid bid) throws IOException {
        to.writeLong(bid.bidder);
        to.writeLong(bid.price);
        to.writeString(bid.channel);
        to.writeLong(bid.seller);
        to.writeString(bid.category);
    }
}
