import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.WindowStore;

/** The jobs, as bench/kafka-streams/jobs.ts has them. */
final class Jobs {
    private static final Duration GRACE = Duration.ofSeconds(30);
    /**
     * Finals are given once a second. While much is read in a second, windows would be gone from the stores by then with
     * the retention that Kafka Streams takes by itself, and their results would be missing.
     */
    private static final Duration RETENTION = Duration.ofHours(3);
    private static final Serde<String> TEXT = Serdes.String();

    private final Settings settings;
    /** Records that were taken up so far. */
    private final LongAdder taken;
    private final StreamsBuilder builder = new StreamsBuilder();

    Jobs(Settings settings, LongAdder taken) {
        this.settings = settings;
        this.taken = taken;
    }

    StreamsBuilder build() {
        switch (settings.text("job")) {
            case "hot-auctions" -> hotAuctions();
            case "bid-sessions" -> bidSessions();
            case "enriched-bids" -> enrichedBids();
            default -> throw new IllegalArgumentException("there is no job " + settings.text("job"));
        }
        return builder;
    }

    private void hotAuctions() {
        TimeWindows windows = TimeWindows.ofSizeAndGrace(Duration.ofMinutes(10), GRACE).advanceBy(Duration.ofMinutes(1));
        Materialized<String, Bids, WindowStore<Bytes, byte[]>> stored = stored(Bids.serde());
        KTable<Windowed<String>, Bids> counted = grouped()
            .windowedBy(windows)
            .emitStrategy(strategy())
            .aggregate(Bids::new, (auction, bid, bids) -> bids.add(bid), stored);
        finals(counted)
            .map((at, bids) -> KeyValue.pair(at.key(), new HotAuction(at.window().start(), bids)))
            .to(settings.text("output"), produced(HotAuction::write));
    }

    private void bidSessions() {
        SessionWindows windows = SessionWindows.ofInactivityGapAndGrace(Duration.ofSeconds(20), GRACE);
        Materialized<String, Long, SessionStore<Bytes, byte[]>> stored = stored(Serdes.Long());
        KTable<Windowed<String>, Long> counted = grouped()
            .windowedBy(windows)
            .emitStrategy(strategy())
            .aggregate(() -> 0L, (auction, bid, bids) -> bids + 1, (auction, one, other) -> one + other, stored);
        finals(counted)
            .map((at, bids) -> KeyValue.pair(at.key(), new BidSession(at.window().start(), at.window().end(), bids)))
            .to(settings.text("output"), produced(BidSession::write));
    }

    private void enrichedBids() {
        int schema = settings.number("tableId");
        Serde<Auction> read = Framed.serde(schema, decoder -> counted(Auction.read(decoder)), Auction::write);
        // What is looked up in the store is decoded too, and is not counted.
        Serde<Auction> stored = Framed.serde(schema, Auction::read, Auction::write);
        KTable<String, Auction> auctions =
            builder.table(settings.text("table"), Consumed.with(TEXT, read), Materialized.with(TEXT, stored));
        bids()
            .join(auctions, EnrichedBid::of)
            .to(settings.text("output"), produced(EnrichedBid::write));
    }

    private KGroupedStream<String, Bid> grouped() {
        return bids().groupByKey(Grouped.with(TEXT, null));
    }

    private KStream<String, Bid> bids() {
        Serde<Bid> bid = Framed.serde(settings.number("inputId"), decoder -> counted(Bid.read(decoder)), null);
        return builder.stream(settings.text("input"), Consumed.with(TEXT, bid));
    }

    /** There are two ways to have nothing but finals. */
    private EmitStrategy strategy() {
        return settings.text("emit").equals("close") ? EmitStrategy.onWindowClose() : EmitStrategy.onWindowUpdate();
    }

    private <V> KStream<Windowed<String>, V> finals(KTable<Windowed<String>, V> table) {
        return settings.text("emit").equals("suppress")
            ? table.suppress(Suppressed.untilWindowCloses(Suppressed.BufferConfig.unbounded())).toStream()
            : table.toStream();
    }

    private <V> Produced<String, V> produced(Framed.Writes<V> writes) {
        return Produced.with(TEXT, Framed.serde(settings.number("outputId"), null, writes));
    }

    private <V, S extends StateStore> Materialized<String, V, S> stored(Serde<V> serde) {
        Materialized<String, V, S> stored = Materialized.with(TEXT, serde);
        return settings.text("emit").equals("close") ? stored.withRetention(RETENTION) : stored;
    }

    /** Values are decoded one by one, when it is their turn. */
    private <T> T counted(T value) {
        taken.increment();
        return value;
    }
}
