import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;

/**
 * Runs one job in Kafka Streams, until its standard input ends. On standard output it says, as JSON, when it has begun
 * with the first record ("first"), and how many records it has taken up ("taken").
 */
public final class Contender {
    /** Milliseconds between two words of how many records were taken. */
    private static final long TOLD_EVERY = 5;

    public static void main(String[] arguments) throws Exception {
        Settings settings = new Settings(arguments);
        LongAdder taken = new LongAdder();
        Properties properties = properties(settings);
        KafkaStreams streams = new KafkaStreams(new Jobs(settings, taken).build().build(properties), properties);
        streams.setUncaughtExceptionHandler(error -> {
            error.printStackTrace();
            Runtime.getRuntime().halt(1);
            return null;
        });
        streams.start();
        Thread teller = new Thread(() -> tell(taken));
        teller.setDaemon(true);
        teller.start();
        while (System.in.read() >= 0) continue;
        streams.close(Duration.ofSeconds(60));
    }

    /** How often finals are given at most, in milliseconds; 1000 where nothing is set. */
    private static final String EMIT_INTERVAL = "__emit.interval.ms.kstreams.windowed.aggregation__";

    private static Properties properties(Settings settings) {
        boolean inMemory = settings.text("store").equals("memory");
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.text("application"));
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.text("brokers"));
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.number("threads"));
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.number("commitInterval"));
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.text("stateDir"));
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 64L * 1024 * 1024);
        properties.put(EMIT_INTERVAL, (long) settings.number("emitInterval"));
        // A table needs no changelog beside the topic that it is read from.
        properties.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.OPTIMIZE);
        properties.put(StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG, inMemory
            ? BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class
            : BuiltInDslStoreSuppliers.RocksDBDslStoreSuppliers.class);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return properties;
    }

    private static void tell(LongAdder taken) {
        long told = 0;
        try {
            for (;; Thread.sleep(TOLD_EVERY)) {
                long now = taken.sum();
                if (now == told) continue;
                if (told == 0) System.out.println("{\"event\":\"first\"}");
                told = now;
                System.out.println("{\"event\":\"taken\",\"records\":" + told + "}");
            }
        } catch (InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }
}
