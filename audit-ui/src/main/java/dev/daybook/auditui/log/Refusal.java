package dev.daybook.auditui.log;

/// A question that cannot be answered, told to the person who asked: what is wrong, and what to do.
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int status;
  private final String code;
  private final String fix;

  public Refusal(int status, String code, String message, String fix) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.fix = fix;
  }

  public static Refusal badRequest(String message, String fix) {
    return new Refusal(400, "bad-request", message, fix);
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String fix() {
    return fix;
  }
}
