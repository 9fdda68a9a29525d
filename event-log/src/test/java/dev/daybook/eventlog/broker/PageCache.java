package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.FileDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a test does to the system's page cache, which no program in Java can.
final class PageCache {
  private static final int PAGE_BYTES = 4096;
  private static final int LARGE_PAGE_BYTES = 2 << 20;
  private static final int DATAGRAMS = 500;

  /// Where a test is skipped for it, nobody need wait for long.
  private static final long PATIENCE_NS =
      TimeUnit.SECONDS.toNanos(Boolean.getBoolean("daybook.ci") ? 60 : 5);

  private PageCache() {}

  /// Takes a file from it. Where the system does not do as it is asked, the test is skipped, and with `-Ddaybook.ci=true` it
  /// fails.
  static void drop(Path file) throws IOException, InterruptedException {
    dropFrom(file, 0);
  }

  /// Takes from it what stands in a file behind so many mebibytes. A page that a socket still holds stays for a while, so
  /// it is asked for more than once. Linux puts off giving up what a client has read until that processor has to do
  /// with the network again (`skb_attempt_defer_free`), which on an idle machine may be never: so there is some traffic for
  /// each. What shares a large page with bytes before these may stay.
  static void dropFrom(Path file, int mebibytes) throws IOException, InterruptedException {
    if (!isDroppedFrom(file, mebibytes)) {
      String keeps = "this system keeps in its page cache what it should drop";
      assertFalse(Boolean.getBoolean("daybook.ci"), keeps);
      abort(keeps);
    }
  }

  /// Where the system does not say what it keeps, the test is skipped, and with `-Ddaybook.ci=true` it fails.
  static void requireSeen(Path folder) throws IOException {
    Path path = folder.resolve("probe");
    try (DiskFile probe = new FileDisk().create(path)) {
      probe.write(0, ByteBuffer.allocate(PAGE_BYTES));
      if (!probe.isResident(0, PAGE_BYTES)) {
        String silent = "this file system does not say what is in the page cache";
        assertFalse(Boolean.getBoolean("daybook.ci"), silent);
        abort(silent);
      }
    }
    Files.delete(path);
  }

  private static boolean isDroppedFrom(Path file, int mebibytes)
      throws IOException, InterruptedException {
    try (FileChannel written = FileChannel.open(file, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    long from = (long) mebibytes << 20;
    long endNs = System.nanoTime() + PATIENCE_NS;
    do {
      if (from == 0) {
        dd("of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0");
      } else {
        dd("if=" + file, "of=/dev/null", "iflag=nocache,skip_bytes", "bs=64M", "skip=" + from);
      }
      if (!holdsAnyOf(file, from == 0 ? 0 : from + LARGE_PAGE_BYTES)) {
        return true;
      }
      giveEachProcessorTraffic();
    } while (System.nanoTime() < endNs);
    return false;
  }

  private static void giveEachProcessorTraffic() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      threads.add(Thread.ofPlatform().start(PageCache::talkToItself));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void talkToItself() {
    byte[] word = {1};
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(5));
      for (int i = 0; i < DATAGRAMS; i++) {
        socket.send(new DatagramPacket(word, 1, socket.getLocalSocketAddress()));
        socket.receive(new DatagramPacket(word, 1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void dd(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("dd"));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().transferTo(OutputStream.nullOutputStream());
    if (process.waitFor() != 0) {
      throw new IOException("No success: " + command);
    }
  }

  /// Whether any page of a file from that byte on is there.
  private static boolean holdsAnyOf(Path path, long from) throws IOException {
    try (DiskFile file = new FileDisk().open(path)) {
      long size = file.size();
      for (long position = from; position < size; position += PAGE_BYTES) {
        if (file.isResident(position, Math.min(PAGE_BYTES, size - position))) {
          return true;
        }
      }
      return false;
    }
  }
}
