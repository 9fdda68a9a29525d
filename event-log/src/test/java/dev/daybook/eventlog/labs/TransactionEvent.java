package dev.daybook.eventlog.labs;

import java.util.List;

/// What a client of a copying run knows to have happened: records go from one topic to another, each in a transaction
/// together with its place in the first.
sealed interface TransactionEvent {
  /// Everything in the transaction was sent, and its end is about to be asked for.
  ///
  /// @param ids of the inputs it copies
  record Ending(String transaction, List<Integer> ids) implements TransactionEvent {
    public Ending {
      ids = List.copyOf(ids);
    }
  }

  /// The server said that it is committed.
  record Committed(String transaction) implements TransactionEvent {}

  /// The server said that it is aborted. A transaction with neither is in doubt: all of it is there, or nothing.
  record Aborted(String transaction) implements TransactionEvent {}

  /// A reader of what is committed was given this.
  record Read(int partition, long offset, Copy copy) implements TransactionEvent {}

  /// Everything was read that is committed, from the start to the end, after the last transaction.
  record ReadAll(List<Read> reads) implements TransactionEvent {
    public ReadAll {
      reads = List.copyOf(reads);
    }
  }

  /// Where readers of what is committed stop, and where the partition ends, when every transaction was over or had run
  /// out of time.
  record Ends(int partition, long lastStable, long highWatermark) implements TransactionEvent {}

  /// What an output record says of itself.
  ///
  /// @param transaction unique to it
  /// @param index among the transaction's records
  /// @param count how many these are
  /// @param id of the input
  record Copy(String transaction, int index, int count, int id) {
    static Copy parse(String text) {
      String[] words = text.split(" ", -1);
      return new Copy(
          words[0],
          Integer.parseInt(words[1]),
          Integer.parseInt(words[2]),
          Integer.parseInt(words[3]));
    }

    @Override
    public String toString() {
      return transaction + " " + index + " " + count + " " + id;
    }
  }
}
