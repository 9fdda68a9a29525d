/// Runs tasks. A [RunningTask] gives a loop its thread and [TaskControl]; [SourceTaskLoop] and [SinkTaskLoop] keep the contract
/// of connect-api on that one thread. Around them: [Converters] and [Transforms] (data on its way), [ErrorHandling] and
/// [DeadLetterQueue] (data that cannot go on), [SourceSender], [SourceFlush] and [TopicCreation] (into the log),
/// [SinkPartitions] and [SinkCommits] (out of it).
@NullMarked
package dev.daybook.connect.worker;

import org.jspecify.annotations.NullMarked;
