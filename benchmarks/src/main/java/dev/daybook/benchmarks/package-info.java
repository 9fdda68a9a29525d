/// Side-by-side runs of Daybook and Apache Kafka on one machine: programs, never timed tests.
///
/// Reading order: [SideBySide] is the run; [Contender] says who takes part and [ServerProcess] holds one of them;
/// [Cases] lists what is measured; [LeanProducer] and [LeanConsumer] are our load, [PerformanceTool] is Kafka's;
/// [Footprint], [DiskBound] and [NullBroker] give the frame; [Report] writes it down.
@NullMarked
package dev.daybook.benchmarks;

import org.jspecify.annotations.NullMarked;
