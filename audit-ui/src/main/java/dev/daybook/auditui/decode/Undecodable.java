package dev.daybook.auditui.decode;

/// These bytes are not what they claim to be. The message completes the sentence "not decoded: …"
/// and ends up beside the raw bytes on the page.
public final class Undecodable extends Exception {
  private static final long serialVersionUID = 1;

  public Undecodable(String reason) {
    super(reason);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
