package dev.daybook.eventlog.labs;

/// Where the server can be reached now, if it can. Clients wait before a closed door instead of knocking.
final class Door {
  private int port;
  private int openings;
  private boolean forGood;

  synchronized void open(int openPort) {
    port = openPort;
    openings++;
    notifyAll();
  }

  synchronized void close() {
    port = 0;
  }

  /// No client is to come in any more.
  synchronized void closeForGood() {
    forGood = true;
    port = 0;
    notifyAll();
  }

  synchronized boolean isClosedForGood() {
    return forGood;
  }

  /// How often it was opened.
  synchronized int openings() {
    return openings;
  }

  /// Waits for an opening behind the one that was used last.
  ///
  /// @return the port, 0 when the door was closed for good
  synchronized int await(int usedOpening) throws InterruptedException {
    while (!forGood && (port == 0 || openings == usedOpening)) {
      wait();
    }
    return forGood ? 0 : port;
  }
}
