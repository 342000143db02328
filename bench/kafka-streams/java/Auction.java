import java.io.IOException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;

/** bench.Auction */
record Auction(long seller, String category) {
    static Auction read(BinaryDecoder from) throws IOException {
        return new Auction(from.readLong(), from.readString());
    }

    static void write(BinaryEncoder to, Auction auction) throws IOException {
        to.writeLong(auction.seller);
        to.writeString(auction.category);
    }
}
