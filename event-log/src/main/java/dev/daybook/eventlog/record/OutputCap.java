package dev.daybook.eventlog.record;

/// How far compressed bytes may grow when they are unpacked. A small batch may become [#FREE_BYTES] whatever its ratio,
/// since honest records can be all alike; above that both limits hold. Who keeps records keeps more than their bytes: a
/// record of 7 bytes is an object of 20 times that, so each record and each header that is kept counts too.
///
/// @param maxBytes of output, whatever the input's size
/// @param maxRatio bytes of output for a byte of input
public record OutputCap(long maxBytes, int maxRatio) {
  /// What every batch may become.
  public static final long FREE_BYTES = 1 << 20;

  /// For batches that are in the log: what a small heap bears, and ten times what most producers may send at all.
  public static final OutputCap DEFAULT = new OutputCap(64L << 20, 100);

  /// What a record takes in memory beside its bytes, and what a header does.
  static final int RECORD_BYTES = 160;

  static final int HEADER_BYTES = 120;

  public OutputCap {
    if (maxBytes < 1 || maxRatio < 1) {
      throw new IllegalArgumentException(
          "A cap is at least 1, not " + maxBytes + " bytes, ratio " + maxRatio);
    }
  }

  /// The most that this many compressed bytes may become.
  public long limitFor(int compressedBytes) {
    return Math.min(maxBytes, Math.max(FREE_BYTES, (long) compressedBytes * maxRatio));
  }
}
