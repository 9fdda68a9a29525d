package dev.daybook.connect.control;

/// A request that cannot be fulfilled, with a message for who asked.
public final class Refused extends RuntimeException {

  /// Why, in the terms of REST.
  public enum Reason {
    BAD_REQUEST(400),
    NOT_FOUND(404),
    CONFLICT(409);

    private final int status;

    Reason(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }
  }

  private final Reason reason;

  public Refused(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  static Refused unknown(String connector) {
    return new Refused(Reason.NOT_FOUND, "Connector " + connector + " not found");
  }
}
