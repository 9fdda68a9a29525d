package dev.daybook.auditui.upstream;

/// Another server did not answer, or not with what was asked for. `status` is its HTTP status, or 0
/// where there was no answer at all.
public final class UpstreamException extends Exception {
  private static final long serialVersionUID = 1;
  private final int status;

  UpstreamException(int status, String message) {
    super(message);
    this.status = status;
  }

  public int status() {
    return status;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
