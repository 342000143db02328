import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Avro in the framing of a Confluent registry, read and written field by field as the classes that Avro generates do,
 * with a decoder and an encoder for each thread: there is no faster way with Avro's own library.
 */
final class Framed {
    private static final int HEADER = 5;
    private static final ThreadLocal<BinaryDecoder> DECODER = new ThreadLocal<>();
    private static final ThreadLocal<BinaryEncoder> ENCODER = new ThreadLocal<>();
    private static final ThreadLocal<ByteArrayOutputStream> BYTES = ThreadLocal.withInitial(ByteArrayOutputStream::new);

    interface Reads<T> {
        T from(BinaryDecoder decoder) throws IOException;
    }

    interface Writes<T> {
        void to(BinaryEncoder encoder, T value) throws IOException;
    }

    private Framed() {}

    static <T> Serde<T> serde(int schemaId, Reads<T> reads, Writes<T> writes) {
        return Serdes.serdeFrom(serializer(schemaId, writes), deserializer(schemaId, reads));
    }

    private static <T> Serializer<T> serializer(int schemaId, Writes<T> writes) {
        byte[] header = ByteBuffer.allocate(HEADER).put((byte) 0).putInt(schemaId).array();
        return (topic, value) -> {
            if (value == null) return null;
            ByteArrayOutputStream bytes = BYTES.get();
            bytes.reset();
            bytes.write(header, 0, HEADER);
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, ENCODER.get());
            ENCODER.set(encoder);
            try {
                writes.to(encoder, value);
                encoder.flush();
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
            return bytes.toByteArray();
        };
    }

    private static <T> Deserializer<T> deserializer(int schemaId, Reads<T> reads) {
        return (topic, bytes) -> {
            if (bytes == null) return null;
            if (bytes[0] != 0 || ByteBuffer.wrap(bytes, 1, 4).getInt() != schemaId)
                throw new IllegalArgumentException(topic + " holds a value of another schema");
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, DECODER.get());
            DECODER.set(decoder);
            try {
                return reads.from(decoder);
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        };
    }
}
