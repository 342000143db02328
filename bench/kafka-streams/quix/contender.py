"""Runs one job in Quix Streams, until its standard input ends.

On standard output it says, as JSON, when it has begun with the first record ("first"), and how many records it has taken
up ("taken"). The jobs are those of bench/kafka-streams/jobs.ts.
"""

import json
import sys
import threading
from datetime import timedelta
from io import BytesIO

from fastavro import parse_schema, schemaless_reader, schemaless_writer
from quixstreams import Application
from quixstreams.models.serializers import Deserializer, Serializer

MOST_TOP = 3
GRACE = timedelta(seconds=30)
# Seconds between two words of how many records were taken.
TOLD_EVERY = 0.01

settings = json.loads(sys.argv[1])
taken = 0


class Framed(Deserializer):
    """Avro in the framing of a Confluent registry: a zero byte, the id of the schema, the value."""

    def __init__(self, of):
        super().__init__()
        self.header = b"\0" + of["id"].to_bytes(4, "big")
        self.schema = parse_schema(of["schema"])

    def __call__(self, value, ctx):
        if value[:5] != self.header:
            raise ValueError("a value of another schema")
        from_ = BytesIO(value)
        from_.seek(5)
        return schemaless_reader(from_, self.schema, None)


class Framing(Serializer):
    def __init__(self, of):
        self.header = b"\0" + of["id"].to_bytes(4, "big")
        self.schema = parse_schema(of["schema"])

    def __call__(self, value, ctx):
        to = BytesIO()
        to.write(self.header)
        schemaless_writer(to, self.schema, value)
        return to.getvalue()


def ranked(top, bid):
    """The highest price first; of equal ones the bidder with the lower number."""
    return sorted([*top, [bid["price"], bid["bidder"]]], key=lambda each: (-each[0], each[1]))[:MOST_TOP]


def hot_auctions(bids):
    return (
        bids.hopping_window(timedelta(minutes=10), timedelta(minutes=1), grace_ms=GRACE)
        .reduce(
            initializer=lambda bid: [1, ranked([], bid)],
            reducer=lambda sum, bid: [sum[0] + 1, ranked(sum[1], bid)],
        )
        # A key whose bids have ceased gives its results too.
        .final(closing_strategy="partition")
        .apply(
            lambda window: {
                "start": window["start"],
                "bids": window["value"][0],
                "top": [{"bidder": bidder, "price": price} for price, bidder in window["value"][1]],
            }
        )
    )


def bid_sessions(bids):
    return (
        bids.session_window(timedelta(seconds=20), grace_ms=GRACE)
        .count()
        .final(closing_strategy="partition")
        .apply(lambda session: {"start": session["start"], "last": session["end"] - 1, "bids": session["value"]})
    )


def enriched(bid, auction):
    return {
        "bidder": bid["bidder"],
        "price": bid["price"],
        "channel": bid["channel"],
        "seller": auction["seller"],
        "category": auction["category"],
    }


def on_message_processed(topic, partition, offset):
    global taken
    taken += 1


def tell(what):
    print(json.dumps(what), flush=True)


app = Application(
    broker_address=settings["brokers"],
    consumer_group=settings["application"],
    auto_offset_reset="earliest",
    processing_guarantee="exactly-once",
    commit_interval=settings["commitInterval"] / 1_000,
    state_dir=settings["stateDir"],
    on_message_processed=on_message_processed,
    loglevel="ERROR",
)


def tell_progress():
    told = 0
    while not ended.wait(TOLD_EVERY):
        if taken == told:
            continue
        if told == 0:
            tell({"event": "first"})
        told = taken
        tell({"event": "taken", "records": told})


def wait_for_the_end():
    sys.stdin.read()
    ended.set()
    app.stop()


def topic(of, **serialization):
    return app.topic(of["topic"], key_deserializer="str", key_serializer="str", **serialization)


bids = app.dataframe(topic(settings["bids"], value_deserializer=Framed(settings["bids"])))
match settings["job"]:
    case "hot-auctions":
        results = hot_auctions(bids)
    case "bid-sessions":
        results = bid_sessions(bids)
    case "enriched-bids":
        auctions = app.dataframe(topic(settings["auctions"], value_deserializer=Framed(settings["auctions"])))
        results = bids.join_asof(auctions, on_merge=enriched)
results.to_topic(topic(settings["output"], value_serializer=Framing(settings["output"])))

ended = threading.Event()
for work in (tell_progress, wait_for_the_end):
    threading.Thread(target=work, daemon=True).start()
app.run()
