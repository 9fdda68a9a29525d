/// The labs: machines that hurt a log server in every way we know, and a judge that says whether it kept its promise.
///
/// Read [HistoryEvent] and [Checker] first: what happened, and what may not have. [Payload] is what every record says
/// of itself. Then the labs, from the gentlest to the roughest: [KillLab] ends the server's process, [PowerLab] cuts
/// the power of the file system below it, [FaultLab] makes one of its system calls fail. They share [LabServer], the
/// process that is hurt, and [Load], which writes and reads meanwhile. [TransactionLab] has another load and its own judge:
/// each [Copier] moves records from one topic to another exactly once, [EndTxnProxy] delays the ends of its transactions, and
/// [TransactionJudge] judges the [TransactionEvent]s. Last [Sabotage]: known-bad builds that the labs must tell from the
/// good one.
///
/// Each history has a folder: what its servers said (`life-PID.txt`), the data as the first kill left it, and as it was at the
/// end. It is removed when every promise was kept. A topic that is gone ends its history at once ([UnknownTopic]).
///
/// The simulated disk and its crash tests live beside what they test, in `disk`, `journal`, `log` and `partition`.
@NullMarked
package dev.daybook.eventlog.labs;

import org.jspecify.annotations.NullMarked;
