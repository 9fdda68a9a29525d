package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.JournalItem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// One round of the appender: what it decided, to become one journal entry, and whom to tell when that is
/// durable. A reply waits for the round's force even when it added nothing to the entry, for it may rest on
/// something that did.
final class Round {
  private final List<JournalItem> items = new ArrayList<>();
  private final List<Runnable> replies = new ArrayList<>();
  private final List<Runnable> repliesWhenWritten = new ArrayList<>();
  private final List<Lease> leases = new ArrayList<>();
  private final Set<Partition> moved = new LinkedHashSet<>();
  private long sizeBytes;

  void add(JournalItem item, long bytes) {
    items.add(item);
    sizeBytes += bytes;
  }

  /// Takes a hold on what the entry's bytes lie in, for the segment writer to give back.
  void hold(Lease lease) {
    lease.retain();
    leases.add(lease);
  }

  void reply(Runnable reply) {
    replies.add(reply);
  }

  /// Adds a reply that rests on nothing but partitions that release what is written.
  void replyWhenWritten(Runnable reply) {
    repliesWhenWritten.add(reply);
  }

  void moved(Partition partition) {
    moved.add(partition);
  }

  List<JournalItem> items() {
    return items;
  }

  List<Lease> leases() {
    return leases;
  }

  Set<Partition> moved() {
    return moved;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  boolean isEmpty() {
    return items.isEmpty() && replies.isEmpty() && repliesWhenWritten.isEmpty();
  }

  /// Tells those who do not wait for the force.
  void tellWritten() {
    repliesWhenWritten.forEach(Runnable::run);
    repliesWhenWritten.clear();
  }

  void tellAll() {
    tellWritten();
    replies.forEach(Runnable::run);
  }
}
