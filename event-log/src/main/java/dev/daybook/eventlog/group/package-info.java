/// Consumer groups: who reads which partition, and how far they came.
///
/// Read [GroupCoordinator] first: the port the broker hands group requests to, one message in, one message
/// out. Then [GroupLog], which is all a coordinator needs of the log, and [GroupSettings].
///
/// Why the port looks as it does. Some fifteen group requests of up to ten versions each would ask for
/// thousands of lines of own records and mapping, and every line of it would be a place to differ from Kafka.
/// So the port does not name the messages: it is generic in them. The embedded coordinator of Apache Kafka
/// lives in `group.kafka`, the only package below `protocol` that knows Kafka's types; it takes Kafka's
/// generated messages as the broker has decoded them, and the broker's one handler passes them through.
/// What the port does say is Daybook's own: started lazily by the first group request, every fault an answer,
/// an answer only when what it rests on is durable, closed in bounded time.
@NullMarked
package dev.daybook.eventlog.group;

import org.jspecify.annotations.NullMarked;
