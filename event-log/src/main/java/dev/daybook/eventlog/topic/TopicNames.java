package dev.daybook.eventlog.topic;

import java.util.Set;
import java.util.regex.Pattern;

/// Which names a topic may have, as in Kafka: 1 to 249 of the characters `a-zA-Z0-9._-`, and neither `.`
/// nor `..`.
public final class TopicNames {
  public static final String GROUP_OFFSETS = "__consumer_offsets";
  public static final String TRANSACTION_STATE = "__transaction_state";
  public static final String SHARE_GROUP_STATE = "__share_group_state";

  private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final Set<String> INTERNAL =
      Set.of(GROUP_OFFSETS, TRANSACTION_STATE, SHARE_GROUP_STATE);

  private TopicNames() {}

  public static boolean isLegal(String name) {
    return LEGAL.matcher(name).matches() && !name.equals(".") && !name.equals("..");
  }

  /// Whether clients may not produce to it and listings mark it.
  public static boolean isInternal(String name) {
    return INTERNAL.contains(name);
  }
}
