package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.disk.BadBlocks;
import dev.daybook.eventlog.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One file of the journal: a header block, then entries, as drawn in the package's description. A file that
/// has its name has a valid header: it is prepared under another name.
///
/// The appending thread owns it from its first entry until it moves on to the next file.
final class JournalFile implements AutoCloseable {
  static final int BLOCK_BYTES = 4096;

  /// Where the first entry lies.
  static final long FIRST_ENTRY = BLOCK_BYTES;

  private static final int MAGIC = 0x44424a46; // DBJF
  private static final short FORMAT = 1;
  private static final int HEADER_BYTES = 64;
  private static final int CRC_AT = 60;
  private static final int READ_BYTES = 256 * 1024;

  /// What a block reads as that the disk does not give: neither a header nor zeros, which stand where nothing was written.
  private static final int FILLING = 0xbd;

  /// What is known of the file as a whole. One that is damaged is not written to any more.
  private enum State {
    WHOLE,
    HEADER_DAMAGED,
    CUT_SHORT
  }

  private final BadBlocks file;
  private final Path path;
  private final long number;
  private final long salt;
  private final long sizeBytes;
  private final State state;

  /// 0 while there is none. Read by the checkpointer.
  private volatile long firstSequence;

  private long end = FIRST_ENTRY;
  private long lastForceNs;

  private JournalFile(
      BadBlocks file, Path path, long number, long salt, long sizeBytes, State state) {
    this.file = file;
    this.path = path;
    this.number = number;
    this.salt = salt;
    this.sizeBytes = sizeBytes;
    this.state = state;
  }

  /// The next multiple of a block's size.
  static long padded(long bytes) {
    return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
  }

  /// The header block of a file that begins a new life with this number and salt.
  static ByteBuffer headerBlock(long number, long salt, long sizeBytes) {
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    block.putInt(MAGIC).putShort(FORMAT).putShort((short) 0);
    block.putLong(salt).putLong(number).putLong(sizeBytes);
    return block.putInt(CRC_AT, headerCrc(block)).rewind();
  }

  /// Opens a file that has its name. Its header was made durable before the name, so when it is not right it is damaged;
  /// the salt is in the first entry as well.
  ///
  /// @return null when it cannot be told what the file's entries are
  static @Nullable JournalFile open(DiskFile opened, Path path, long number) throws IOException {
    BadBlocks file = new BadBlocks(opened, FILLING);
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    boolean whole =
        file.read(header, 0) == HEADER_BYTES
            && header.getInt(0) == MAGIC
            && header.getInt(CRC_AT) == headerCrc(header)
            && header.getLong(16) == number;
    if (!whole) {
      return openWithoutHeader(file, path, number, isBlank(header.clear()));
    }
    if (header.getShort(4) != FORMAT) {
      throw new IOException(
          "%s has format %d, this version of Daybook reads format %d: start the version that wrote it"
              .formatted(path, header.getShort(4), FORMAT));
    }
    long sizeBytes = Math.min(header.getLong(24), file.size() / BLOCK_BYTES * BLOCK_BYTES);
    State state = sizeBytes < header.getLong(24) ? State.CUT_SHORT : State.WHOLE;
    return new JournalFile(file, path, number, header.getLong(8), sizeBytes, state);
  }

  private static @Nullable JournalFile openWithoutHeader(
      BadBlocks file, Path path, long number, boolean isWiped) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(EntryHeader.BYTES);
    file.read(bytes, FIRST_ENTRY);
    EntryHeader first = EntryHeader.decode(bytes.flip());
    long sizeBytes = file.size() / BLOCK_BYTES * BLOCK_BYTES;
    if (first == null) {
      requireReadable(file);
      // Who wiped the header may have wiped entries as well.
      return !isWiped && isUnused(file, sizeBytes)
          ? new JournalFile(file, path, number, 0, sizeBytes, State.HEADER_DAMAGED)
          : null;
    }
    return new JournalFile(file, path, number, first.salt(), sizeBytes, State.HEADER_DAMAGED);
  }

  /// Where the disk gives neither of the two that tell the salt, what it gives may be needed, and nobody can tell.
  private static void requireReadable(BadBlocks file) throws IOException {
    if (file.lastBad().isPresent()) {
      throw JournalDamagedException.unreadable(file.path(), file.lastBad().getAsLong());
    }
  }

  private static boolean isUnused(DiskFile file, long sizeBytes) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(READ_BYTES);
    for (long at = FIRST_ENTRY; at < sizeBytes; at += READ_BYTES) {
      file.read(chunk.clear(), at);
      if (!isBlank(chunk.flip())) {
        return false;
      }
    }
    return sizeBytes > FIRST_ENTRY;
  }

  private static boolean isBlank(ByteBuffer bytes) {
    return bytes.mismatch(ByteBuffer.allocate(bytes.remaining())) < 0;
  }

  private static int headerCrc(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.slice(0, CRC_AT));
    return (int) crc.getValue();
  }

  Path path() {
    return path;
  }

  long number() {
    return number;
  }

  long salt() {
    return salt;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /// Whether entries may be missing at its end.
  boolean isCutShort() {
    return state == State.CUT_SHORT;
  }

  boolean isDamaged() {
    return state != State.WHOLE;
  }

  /// The last place of those that were to be read which the disk does not give; empty when there is none.
  OptionalLong lastUnreadable() {
    return file.lastBad();
  }

  long firstSequence() {
    return firstSequence;
  }

  /// Where the next entry goes.
  long end() {
    return end;
  }

  long entriesBytes() {
    return end - FIRST_ENTRY;
  }

  boolean hasRoomFor(long entryBytes) {
    return !isDamaged() && entryBytes <= sizeBytes - end;
  }

  /// Writes an entry at the end and makes it durable.
  ///
  /// @param written called in between
  void append(long sequence, EntryEncoder.Encoded entry, Runnable written) throws IOException {
    file.write(end, entry.buffers().toArray(ByteBuffer[]::new));
    written.run();
    forceEntry(sequence, entry.bytes());
    passed(sequence, end + entry.bytes());
  }

  private void forceEntry(long sequence, long sizeBytes) throws IOException {
    ForceEvent event = new ForceEvent();
    event.begin();
    long begunNs = System.nanoTime();
    file.force();
    lastForceNs = System.nanoTime() - begunNs;
    event.sequence = sequence;
    event.sizeBytes = sizeBytes;
    event.commit();
  }

  long lastForceNs() {
    return lastForceNs;
  }

  /// Notes an entry that ends at `newEnd`.
  void passed(long sequence, long newEnd) {
    if (firstSequence == 0) {
      firstSequence = sequence;
    }
    end = newEnd;
  }

  /// The header of an entry of this file's present life at that place.
  ///
  /// @return null when there is none, or its entry would not fit in the file
  @Nullable EntryHeader headerAt(long position) throws IOException {
    return ofThisLife(EntryHeader.decode(bytesAt(position, EntryHeader.BYTES)), position);
  }

  /// The header that was written there, when the next entry names its CRC; null when it cannot be told.
  @Nullable EntryHeader headerRestored(long position, long sequence, int previousCrc, int crc)
      throws IOException {
    ByteBuffer found = bytesAt(position, EntryHeader.BYTES);
    return ofThisLife(EntryHeader.restore(found, salt, sequence, previousCrc, crc), position);
  }

  private @Nullable EntryHeader ofThisLife(@Nullable EntryHeader header, long position) {
    boolean fits =
        header != null
            && header.salt() == salt
            && header.bodyBytes() >= 0
            && header.entryBytes() <= sizeBytes - position;
    return fits ? header : null;
  }

  /// The first place from `position` on, block by block, where an entry's header of this life lies, or -1.
  long nextHeader(long position) throws IOException {
    for (long at = position; at < sizeBytes; at += READ_BYTES) {
      ByteBuffer chunk = bytesAt(at, READ_BYTES);
      for (int block = 0; block + EntryHeader.BYTES <= chunk.limit(); block += BLOCK_BYTES) {
        EntryHeader header = EntryHeader.decode(chunk.slice(block, EntryHeader.BYTES));
        if (ofThisLife(header, at + block) != null) {
          return at + block;
        }
      }
    }
    return -1;
  }

  /// Whether somebody began to write the entry of that sequence here, though its header is not whole.
  boolean isBegunAt(long position, long sequence, int previousCrc) throws IOException {
    ByteBuffer bytes = bytesAt(position, EntryHeader.BYTES);
    return bytes.limit() == EntryHeader.BYTES
        && EntryHeader.isBegun(bytes, salt, sequence, previousCrc);
  }

  boolean bodyIsValid(EntryHeader header, long position) throws IOException {
    CRC32C crc = EntryHeader.bodyChecksum(salt);
    long bodyAt = position + EntryHeader.BYTES;
    for (int done = 0; done < header.bodyBytes(); done += READ_BYTES) {
      crc.update(bytesAt(bodyAt + done, Math.min(READ_BYTES, header.bodyBytes() - done)));
    }
    return (int) crc.getValue() == header.bodyCrc();
  }

  /// Reads the body of an entry, whatever it is worth.
  ByteBuffer body(EntryHeader header, long position) throws IOException {
    return bytesAt(position + EntryHeader.BYTES, header.bodyBytes());
  }

  /// Reads an entry that was found valid before.
  JournalEntry read(EntryHeader header, long position) throws IOException {
    ByteBuffer body = body(header, position);
    if (!isBodyOf(header, body)) {
      throw JournalDamagedException.badFile(
          path, "the entry at byte %d was valid and no longer is".formatted(position));
    }
    try {
      return new JournalEntry(header.sequence(), ItemFormat.read(body, header.itemCount()));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s holds an entry at byte %d that this version of Daybook cannot read (%s): start the version that wrote it"
              .formatted(path, position, e.getMessage()),
          e);
    }
  }

  private boolean isBodyOf(EntryHeader header, ByteBuffer body) {
    CRC32C crc = EntryHeader.bodyChecksum(salt);
    crc.update(body.duplicate());
    return (int) crc.getValue() == header.bodyCrc();
  }

  /// What lies there; fewer bytes at the end of the file.
  ByteBuffer bytesAt(long position, long length) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate((int) Math.max(0, Math.min(length, sizeBytes - position)));
    file.read(bytes, position);
    return bytes.flip();
  }

  /// As [#bytesAt], for who writes them somewhere: nothing is made up.
  ByteBuffer bytesGiven(long position, long length) throws IOException {
    ByteBuffer bytes = bytesAt(position, length);
    OptionalLong bad = lastUnreadable();
    if (bad.isPresent() && bad.getAsLong() >= position) {
      throw JournalDamagedException.unreadable(path, bad.getAsLong());
    }
    return bytes;
  }

  void overwrite(long position, ByteBuffer bytes) throws IOException {
    file.write(position, bytes);
  }

  void force() throws IOException {
    file.force();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
