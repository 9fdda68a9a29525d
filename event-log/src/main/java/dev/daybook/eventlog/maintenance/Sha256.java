package dev.daybook.eventlog.maintenance;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 of bytes that come in pieces.
final class Sha256 {
  private final MessageDigest digest;

  Sha256() {
    this(digest());
  }

  private Sha256(MessageDigest digest) {
    this.digest = digest;
  }

  static String of(byte[] bytes) {
    Sha256 hash = new Sha256();
    hash.update(ByteBuffer.wrap(bytes));
    return hash.hex();
  }

  /// Takes the buffer's bytes; it stays as it is.
  void update(ByteBuffer bytes) {
    digest.update(bytes.duplicate());
  }

  /// The hash of what came so far; more may come.
  String soFar() {
    try {
      return new Sha256((MessageDigest) digest.clone()).hex();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("This SHA-256 cannot be gone on with", e);
    }
  }

  /// The hash of all that came, which ends it.
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
