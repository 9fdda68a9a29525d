package dev.daybook.registry.client;

/// The registry refused a request, or could not be reached. `errorCode` is the registry's own (40401, 40901, …),
/// `status` the HTTP status, 0 when there was no answer at all.
public final class RegistryException extends RuntimeException {
  private final int status;
  private final int errorCode;

  RegistryException(int status, int errorCode, String message) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }

  RegistryException(String message, Throwable cause) {
    super(message, cause);
    this.status = 0;
    this.errorCode = 0;
  }

  public int status() {
    return status;
  }

  public int errorCode() {
    return errorCode;
  }

  /// True when the same request may succeed later: the registry is away, starting or overloaded.
  public boolean retriable() {
    return status == 0 || status == 408 || status == 429 || status >= 500;
  }
}
