package dev.daybook.eventlog.group.kafka;

/// How large the program becomes that a regular expression of a subscription is compiled to. Matching takes time in
/// proportion to it and never more, but a repetition within a repetition multiplies: 34 characters can make one that
/// fills the heap. So it is estimated before anybody compiles it.
final class RegexSize {
  /// A list of a hundred long names has less.
  static final int MAX = 10_000;

  static final int MAX_DEPTH = 200;

  private final String regex;
  private final long[] sizes = new long[MAX_DEPTH + 2];
  private int depth;
  private int at;

  private RegexSize(String regex) {
    this.regex = regex;
  }

  /// Whether an expression is small enough to be compiled.
  static boolean isBearable(String regex) {
    return regex.length() <= 2 * MAX && new RegexSize(regex).estimate() <= MAX;
  }

  /// At least the instructions it becomes; [Long#MAX_VALUE] when it is nested too deeply.
  private long estimate() {
    long last = 0;
    while (at < regex.length()) {
      switch (regex.charAt(at)) {
        case '(' -> {
          if (depth == MAX_DEPTH) {
            return Long.MAX_VALUE;
          }
          sizes[++depth] = 2;
          last = 0;
          at++;
        }
        case ')' -> {
          last = sizes[depth];
          depth = Math.max(0, depth - 1);
          add(last);
          at++;
        }
        case '{' -> {
          long repeated = last * repetitions();
          add(repeated - last);
          last = repeated;
        }
        default -> {
          last = 2;
          add(last);
          step();
        }
      }
      if (sizes[depth] > MAX) {
        return sizes[depth];
      }
    }
    return sizes[0];
  }

  private void add(long size) {
    sizes[depth] += size;
  }

  /// How often `{n}`, `{n,}` or `{n,m}` repeats what stands before; 1 when it is none of these.
  private long repetitions() {
    int end = regex.indexOf('}', at);
    String range = end < 0 ? "" : regex.substring(at + 1, end);
    if (!range.matches("[0-9]{1,9}(,[0-9]{0,9})?")) {
      at++;
      return 1;
    }
    at = end + 1;
    long most = 1;
    for (String number : range.split(",", -1)) {
      most = number.isEmpty() ? most : Math.max(most, Long.parseLong(number));
    }
    return most;
  }

  /// Over one character, one that is escaped, or a class.
  private void step() {
    switch (regex.charAt(at)) {
      case '\\' -> at += 2;
      case '[' -> stepOverClass();
      default -> at++;
    }
  }

  private void stepOverClass() {
    at++;
    if (startsWith("^")) {
      at++;
    }
    boolean first = true;
    while (at < regex.length() && (first || regex.charAt(at) != ']')) {
      first = false;
      int named = startsWith("[:") ? regex.indexOf(":]", at) : -1;
      if (named >= 0) {
        at = named + 2;
      } else {
        at += startsWith("\\") ? 2 : 1;
      }
    }
    at++;
  }

  private boolean startsWith(String text) {
    return regex.startsWith(text, at);
  }
}
