package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.disk.BadBlocks;
import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Brings files into a directory of its own and knows their hashes. Nothing is durable before [#force].
final class HashedCopy {
  private static final int PIECE_BYTES = 1 << 20;

  private final Disk disk;
  private final Progress progress;
  private final Set<Path> directories = new LinkedHashSet<>();
  private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);

  HashedCopy(Disk disk, Progress progress) {
    this.disk = disk;
    this.progress = progress;
  }

  /// Copies the first bytes of a file, and makes the copy's bytes durable.
  ///
  /// @param bytes how many; -1 for all
  /// @param headBytes of how many of these the hash is to be told as well
  /// @return the hash of what was read and written
  Hashed copy(Path from, long bytes, long headBytes, Path to) throws IOException {
    prepareFor(to);
    try (DiskFile source = read(from);
        DiskFile target = disk.create(to)) {
      Hashed hashed = pass(source, bytes < 0 ? source.size() : bytes, headBytes, target);
      target.force();
      return hashed;
    }
  }

  /// Gives a file whose bytes never change another name, and makes its bytes durable.
  ///
  /// @return false when that can not be done here
  boolean link(Path from, Path to) throws IOException {
    prepareFor(to);
    if (!disk.link(from, to)) {
      return false;
    }
    try (DiskFile linked = disk.open(to)) {
      linked.force();
    }
    return true;
  }

  /// The hash of a whole file.
  Hashed hash(Path file) throws IOException {
    return hash(file, 0);
  }

  /// As [#hash(Path)].
  ///
  /// @param headBytes of how many of its bytes the hash is to be told as well
  Hashed hash(Path file, long headBytes) throws IOException {
    try (DiskFile source = read(file)) {
      return pass(source, source.size(), headBytes, null);
    }
  }

  /// Everything in a backup proves itself, by its hash at least.
  private DiskFile read(Path file) throws IOException {
    return new BadBlocks(disk.openToRead(file));
  }

  /// Makes the names durable that were given.
  void force() throws IOException {
    for (Path directory : directories) {
      disk.forceDirectory(directory);
    }
  }

  private Hashed pass(DiskFile source, long bytes, long headBytes, @Nullable DiskFile target)
      throws IOException {
    Sha256 hash = new Sha256();
    String head = headBytes == 0 ? hash.soFar() : "";
    for (long at = 0; at < bytes; at += piece.limit()) {
      piece.clear().limit((int) Math.min(PIECE_BYTES, bytes - at));
      if (source.read(piece, at) < piece.limit()) {
        throw new IOException(
            "%s ends before its byte %d while it is read: it was cut, or the disk is damaged"
                .formatted(source.path(), bytes));
      }
      piece.flip();
      int headInPiece = (int) Math.clamp(headBytes - at, 0, (long) piece.limit());
      hash.update(piece.slice(0, headInPiece));
      if (at + headInPiece == headBytes) {
        head = hash.soFar();
      }
      hash.update(piece.slice(headInPiece, piece.limit() - headInPiece));
      if (target != null) {
        target.write(at, piece.duplicate());
      }
      progress.passed(piece.limit());
    }
    return new Hashed(bytes, hash.hex(), head);
  }

  private void prepareFor(Path file) throws IOException {
    Path parent = Objects.requireNonNull(file.getParent(), "A copy lies in a directory");
    Path directory = parent;
    for (Path above = directory.getParent();
        above != null && !directories.contains(directory) && !disk.exists(directory);
        above = above.getParent()) {
      // A new directory is a name in the one above it.
      directories.add(directory);
      directories.add(above);
      directory = above;
    }
    disk.createDirectories(parent);
    directories.add(parent);
  }

  /// Bytes and their SHA-256.
  ///
  /// @param headSha256 of the first of them, as many as were named; empty when there are not so many
  record Hashed(long bytes, String sha256, String headSha256) {}
}
