package dev.daybook.connectors.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The first bytes of a file, at most 1 KiB, as their number and hash. An inode says which file this is only until it
/// is truncated or used again; its first bytes tell.
record Fingerprint(int length, String hash) {
  static final Fingerprint EMPTY = new Fingerprint(0, "");
  private static final int FULL = 1024;

  /// Of the first bytes of a file of which so many are known to be there.
  static Fingerprint of(FileChannel file, long available) throws IOException {
    int length = (int) Math.min(FULL, available);
    if (length == 0) {
      return EMPTY;
    }
    ByteBuffer head = ByteBuffer.allocate(length);
    while (head.hasRemaining() && file.read(head, head.position()) >= 0) {}
    return head.hasRemaining() ? EMPTY : new Fingerprint(length, hash(head.array()));
  }

  static Fingerprint parse(String text) {
    int colon = text.indexOf(':');
    return new Fingerprint(Integer.parseInt(text.substring(0, colon)), text.substring(colon + 1));
  }

  boolean matches(FileChannel file) throws IOException {
    return length == 0 || of(file, length).equals(this);
  }

  boolean isFull() {
    return length == FULL;
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  @Override
  public String toString() {
    return length + ":" + hash;
  }
}
