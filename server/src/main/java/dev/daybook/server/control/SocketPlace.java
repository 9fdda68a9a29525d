package dev.daybook.server.control;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the socket of a data directory is: `control.sock` in it. The system takes addresses of about a hundred bytes only, so
/// in a directory with a longer path it lies in a temporary one, and `control.path` says where.
record SocketPlace(Path data) {
  private static final int MAX_ADDRESS_BYTES = 100;

  private Path inside() {
    return data.resolve("control.sock");
  }

  private Path pointer() {
    return data.resolve("control.path");
  }

  /// Makes room for a new socket. Whoever calls holds the directory's lock, so what is there is of a former process.
  UnixDomainSocketAddress prepare() throws IOException {
    remove();
    Path real = data.toRealPath().resolve(inside().getFileName());
    if (real.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_ADDRESS_BYTES) {
      return UnixDomainSocketAddress.of(real);
    }
    Path elsewhere = Files.createTempDirectory("daybook-").resolve("control.sock");
    Files.writeString(pointer(), elsewhere.toString());
    return UnixDomainSocketAddress.of(elsewhere);
  }

  /// Where a server that runs would listen.
  UnixDomainSocketAddress address() throws IOException {
    return UnixDomainSocketAddress.of(
        Files.exists(pointer())
            ? Path.of(Files.readString(pointer()).strip())
            : data.toRealPath().resolve(inside().getFileName()));
  }

  void remove() throws IOException {
    if (Files.exists(pointer())) {
      Path elsewhere = Path.of(Files.readString(pointer()).strip());
      Files.deleteIfExists(elsewhere);
      Path directory = elsewhere.getParent();
      if (directory != null) {
        Files.deleteIfExists(directory);
      }
      Files.deleteIfExists(pointer());
    }
    Files.deleteIfExists(inside());
  }
}
