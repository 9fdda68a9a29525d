package dev.daybook.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/// A figure of several rounds: its median, and between what it lay. NaN when nobody measured it.
record Spread(double median, double least, double most) {
  static Spread of(DoubleStream figures) {
    double[] sorted = figures.filter(figure -> !Double.isNaN(figure)).sorted().toArray();
    if (sorted.length == 0) {
      return new Spread(Double.NaN, Double.NaN, Double.NaN);
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], Arrays.stream(sorted).max().orElseThrow());
  }

  boolean isMeasured() {
    return !Double.isNaN(median);
  }

  /// As `median (least-most)`, or only the median when all rounds agree.
  String text(double unit, String format) {
    if (!isMeasured()) {
      return "";
    }
    String middle = number(median / unit, format);
    String low = number(least / unit, format);
    String high = number(most / unit, format);
    return low.equals(high) ? middle : middle + " (" + low + "-" + high + ")";
  }

  private static String number(double value, String format) {
    return String.format(Locale.ROOT, format, value);
  }
}
