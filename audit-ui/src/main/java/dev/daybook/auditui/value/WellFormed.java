package dev.daybook.auditui.value;

/// JSON may spell half of a surrogate pair (`"\ud83d"`), and UTF-8 cannot carry it. Such halves are
/// written out as their escape, so that a hostile text is shown and never breaks an answer.
public final class WellFormed {
  private WellFormed() {}

  public static String text(String text) {
    int bad = firstHalf(text, 0);
    if (bad < 0) {
      return text;
    }
    var out = new StringBuilder(text.length() + 5);
    int from = 0;
    for (; bad >= 0; bad = firstHalf(text, from)) {
      out.append(text, from, bad).append(String.format("\\u%04x", (int) text.charAt(bad)));
      from = bad + 1;
    }
    return out.append(text, from, text.length()).toString();
  }

  private static int firstHalf(String text, int from) {
    int i = from;
    while (i < text.length()) {
      int code = text.codePointAt(i);
      if (Character.getType(code) == Character.SURROGATE) {
        return i;
      }
      i += Character.charCount(code);
    }
    return -1;
  }
}
