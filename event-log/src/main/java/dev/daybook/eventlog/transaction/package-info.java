/// Transactions: what several partitions are to show together or not at all.
///
/// Read [TransactionCoordinator] first: what it promises, and who calls it. Behind it stand
///
/// - [Rules]: what is allowed when, as pure functions of a [Transaction]; they return a [Decision];
/// - [Scribe]: writes a decision down on the appender's thread, in one journal entry, and [TransactionBook] replays it;
///   [EndMarkers]: what partitions are told of an end;
/// - [Decisions]: how a decision gets to that thread; [Step]: what it came to;
/// - [TransactionalAppend]: batches that belong to a transaction;
/// - [StateTopic], [StateLoader], [Loading]: the state in the log, how it gets there and back;
/// - [GroupMarkers], [GroupEnds], [GroupAppend]: group offsets, the one place where somebody else writes the markers;
/// - [Upkeep]: what time does to transactions.
///
/// A transactional id's life. Only replay of a record takes a step, so a restart is where the log says:
///
/// ```text
///             init                add            end, no group offsets, no damage: one entry
///  (none) ──────────► Empty ──────────────► Ongoing ───────────────────────────────────► Complete{Commit,Abort}
///                       ▲                   ▲  │ end                          last marker   │  ▲
///                       │                   │  └───────► Prepare{Commit,Abort} ─────────────┼──┘
///                       └───────────────────┴───────────────────────────────────────────────┘
///                              init                 add: the next transaction
/// ```
///
/// ## The records of `__transaction_state`
///
/// One record a step, in Kafka's format (its `TransactionLogKey` and `TransactionLogValue`), the last one of an id
/// counts; without a value the id is forgotten. Numbers are big-endian; `uv` is an unsigned varint; a *compact* text or
/// list is its length plus one as `uv`, then its bytes or items, and 0 stands for none.
///
/// ```text
///  key     version i16 = 0 | transactional id: length i16, UTF-8
///  value   version i16 = 1 | producer id i64 | epoch i16 | time-out ms i32 | state i8
///          | partitions: compact list of (topic: compact text | indexes: compact list of i32 | uv 0), none when Empty
///          | updated ms i64 | begun ms i64, or -1 | tags: count uv, then (tag uv | size uv | bytes)
///  tags    0 former producer id i64   1 next producer id i64   2 client's version i16
///          1000 former epoch i16: Daybook's own, so that InitProducerId asked twice is a retry after a restart, too
///  states  0 Empty  1 Ongoing  2 PrepareCommit  3 PrepareAbort  4 CompleteCommit  5 CompleteAbort
/// ```
///
/// Two things differ from what Kafka writes, and no reader minds: an end that needs to wait for no partition is Complete at
/// once, for its entry holds all the markers; and a prepared one names only the partitions that still wait for theirs. Damage is known
/// by the record batch around a record.
@NullMarked
package dev.daybook.eventlog.transaction;

import org.jspecify.annotations.NullMarked;
