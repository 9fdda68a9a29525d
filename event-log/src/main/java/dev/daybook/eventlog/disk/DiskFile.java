package dev.daybook.eventlog.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/// An open file. Positions are bytes from its start. Reads come from any thread, also beside one writer.
public interface DiskFile extends AutoCloseable {
  Path path();

  long size() throws IOException;

  /// Reads what is there from `position` on, until the buffer is full or the file ends.
  ///
  /// @return the bytes read; less than asked for only at the file's end, never -1
  int read(ByteBuffer target, long position) throws IOException;

  /// As [#read], for who hands the bytes on unseen: where that may take zeros for what the disk does not give, this fails.
  default int readGiven(ByteBuffer target, long position) throws IOException {
    return read(target, position);
  }

  /// Writes all remaining bytes of the buffers, one after the other, from `position` on. The buffers are
  /// consumed.
  void write(long position, ByteBuffer... sources) throws IOException;

  /// Writes like [#write], for a large run that is likely to be forced before anybody reads it: where the system can,
  /// whole blocks go to the disk without passing through its cache, which saves making room there, the dearest part of
  /// writing fresh bytes. They are no more durable than others before [#force].
  default void writeRun(long position, ByteBuffer... sources) throws IOException {
    write(position, sources);
  }

  /// Begins to bring to the disk what was written there through the system's cache, and does not wait for it, so that the next
  /// [#force] of this or another file finds little to wait for. Nothing is durable by it.
  ///
  /// @throws ForceFailedException when it is known by now that bytes cannot be written
  default void beginForce(long position, long length) throws IOException {}

  /// Sends bytes to a channel without bringing them into this process where the system can (sendfile).
  ///
  /// @return the bytes sent, possibly less than `length`, 0 when the channel takes none now
  long transferTo(long position, long length, WritableByteChannel target) throws IOException;

  /// Whether these bytes lie in memory already, so that to read or send them will not wait for the disk. False when
  /// nobody can tell. Does not wait for the disk itself.
  default boolean isResident(long position, long length) throws IOException {
    return false;
  }

  /// Asks the system to bring these bytes into memory, and no others; does not wait for them. A read that finds bytes missing
  /// may make it read much more than was asked for.
  default void prefetch(long position, long length) throws IOException {}

  /// Cuts the file off behind `size` bytes.
  void truncate(long size) throws IOException;

  /// Makes the file's bytes durable. A force that failed must not be tried again: what was not written
  /// may look written (see research "fsyncgate"); the process stops and recovery writes anew.
  void force() throws IOException;

  @Override
  void close() throws IOException;
}
