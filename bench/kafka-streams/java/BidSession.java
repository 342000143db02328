import java.io.IOException;
import org.apache.avro.io.BinaryEncoder;

/** bench.BidSession */
record BidSession(long start, long last, long bids) {
    static void write(BinaryEncoder to, BidSession session) throws IOException {
        to.writeLong(session.start);
        to.writeLong(session.last);
        to.writeLong(session.bids);
    }
}
