package dev.daybook.registry;

/// A version as a path names it: a number, or `latest` (also written -1).
record VersionNumber(int number) {
  private static final int LATEST = -1;

  static VersionNumber parse(String text) {
    if (text.equalsIgnoreCase("latest")) {
      return new VersionNumber(LATEST);
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= 1 || number == LATEST) {
        return new VersionNumber(number);
      }
    } catch (NumberFormatException _) {
      // Answered below, as any other text that is no version.
    }
    throw Refusal.invalidVersion(text);
  }

  boolean isLatest() {
    return number == LATEST;
  }

  Subject.Version in(Subject subject, boolean withDeleted) {
    Subject.Version version = isLatest() ? subject.latest() : subject.versions().get(number);
    if (version == null && isLatest() && withDeleted && !subject.versions().isEmpty()) {
      version = subject.versions().lastEntry().getValue();
    }
    if (version == null || (version.deleted() && !withDeleted)) {
      throw Refusal.versionNotFound(number);
    }
    return version;
  }
}
