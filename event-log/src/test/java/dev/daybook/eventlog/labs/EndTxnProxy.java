package dev.daybook.eventlog.labs;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/// Stands between clients and a server, and is nasty to EndTxn: holds it back, cuts the connection before its answer, or
/// cuts the client off and delivers the request later, when the client has long asked again on another connection and may
/// be in its next transaction. Frames of one connection never change their order. Whatever is no EndTxn passes.
///
/// The server behind it may be exchanged: its port stays the clients' for ever.
final class EndTxnProxy implements AutoCloseable {
  /// What can happen to an EndTxn.
  enum Fate {
    PASS,
    HOLD,
    CUT_BEFORE_ANSWER,
    DELIVER_LATE
  }

  private static final int API_KEY_AT = 0;
  private static final int CONNECT_MS = 2_000;

  /// How many of a hundred are delivered late, where nobody says otherwise.
  static final int SOME_LATE = 6;

  private final ServerSocket listener;
  private final SplittableRandom random;
  private final int latePercent;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final Map<Fate, AtomicInteger> counts = new ConcurrentHashMap<>();
  private volatile int serverPort;
  private volatile @Nullable Fate forced;

  EndTxnProxy(SplittableRandom random, int latePercent) throws IOException {
    this.latePercent = latePercent;
    this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    this.random = random;
    start("end-txn-proxy", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /// From now on this is the server; 0 for none.
  void lead(int newServerPort) {
    serverPort = newServerPort;
  }

  /// From now on every EndTxn has this fate; null for any.
  void force(@Nullable Fate fate) {
    forced = fate;
  }

  /// How many had that fate.
  int count(Fate fate) {
    AtomicInteger count = counts.get(fate);
    return count == null ? 0 : count.get();
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        start("proxy-link", () -> connect(client));
      }
    } catch (IOException e) {
      // Closed: nobody comes in any more.
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    Link link = new Link(client, server);
    links.add(link);
    try {
      int port = serverPort;
      if (port == 0) {
        throw new IOException("There is no server now");
      }
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      start("proxy-answers", link::passAnswers);
      link.passRequests();
    } catch (IOException e) {
      // The client sees a closed connection, as without a proxy.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      link.close();
      links.remove(link);
    }
  }

  private synchronized Fate fate() {
    boolean late = random.nextInt(100) < latePercent;
    Fate drawn = late ? Fate.DELIVER_LATE : drawn(random.nextInt(94));
    Fate fate = forced != null ? forced : drawn;
    counts.computeIfAbsent(fate, unseen -> new AtomicInteger()).incrementAndGet();
    return fate;
  }

  private static Fate drawn(int percent) {
    return percent < 78 ? Fate.PASS : percent < 90 ? Fate.HOLD : Fate.CUT_BEFORE_ANSWER;
  }

  private synchronized int moment(int mostMs) {
    return 5 + random.nextInt(mostMs);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    links.forEach(Link::close);
  }

  /// A client's connection and the one that stands for it.
  private final class Link {
    private final Socket client;
    private final Socket server;

    /// Set when the answers have nobody to go to.
    private volatile boolean cutOff;

    private Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    private void passRequests() throws IOException, InterruptedException {
      DataInputStream in = new DataInputStream(client.getInputStream());
      OutputStream out = server.getOutputStream();
      while (true) {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        ByteBuffer whole = ByteBuffer.allocate(Integer.BYTES + frame.length);
        whole.putInt(frame.length).put(frame);
        boolean ends = whole.getShort(Integer.BYTES + API_KEY_AT) == ApiKeys.END_TXN.id;
        if (!pass(whole.array(), out, ends ? fate() : Fate.PASS)) {
          return;
        }
      }
    }

    /// @return whether the connection goes on
    private boolean pass(byte[] frame, OutputStream out, Fate fate)
        throws IOException, InterruptedException {
      switch (fate) {
        case PASS -> out.write(frame);
        case HOLD -> {
          Thread.sleep(moment(200));
          out.write(frame);
        }
        case CUT_BEFORE_ANSWER, DELIVER_LATE -> {
          cutOff = true;
          client.close();
          if (fate == Fate.DELIVER_LATE) {
            Thread.sleep(moment(600));
          }
          out.write(frame);
          out.flush();
          Thread.sleep(200); // Closed at once, it might be thrown away unread.
          return false;
        }
      }
      return true;
    }

    private void passAnswers() {
      byte[] buffer = new byte[1 << 16];
      try {
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (!cutOff) {
            out.write(buffer, 0, read);
          }
        }
        throw new EOFException();
      } catch (IOException e) {
        if (!cutOff) {
          close();
        }
      }
    }

    private void close() {
      for (Socket socket : new Socket[] {client, server}) {
        try {
          socket.close();
        } catch (IOException e) {
          // It is as good as closed.
        }
      }
    }
  }
}
