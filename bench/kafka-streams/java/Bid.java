import java.io.IOException;
import org.apache.avro.io.BinaryDecoder;

/** bench.Bid */
record Bid(String auction, long bidder, long price, String channel, String url) {
    static Bid read(BinaryDecoder from) throws IOException {
        return new Bid(from.readString(), from.readLong(), from.readLong(), from.readString(), from.readString());
    }
}
