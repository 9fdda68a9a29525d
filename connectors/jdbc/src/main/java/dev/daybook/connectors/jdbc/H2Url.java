package dev.daybook.connectors.jdbc;

import static java.util.Map.entry;

import dev.daybook.connectors.roots.FileRoots;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;

/// `jdbc:h2:mem:NAME`, `jdbc:h2:[file:]/FOLDER/NAME` below the worker's file roots, or `jdbc:h2:tcp://HOST[:PORT]/NAME`,
/// each with `;NAME=VALUE` parameters.
record H2Url(String url) implements JdbcUrl {
  static final String SCHEME = "jdbc:h2:";

  private static final String PATH = "/[\\p{L}\\p{N}_./@+ -]{1,400}";
  private static final Pattern SHAPE =
      Pattern.compile(
          "jdbc:h2:(?:mem:[A-Za-z0-9_.-]{1,63}"
              + "|(?:file:)?(?<file>"
              + PATH
              + ")|(?:tcp|ssl)://[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::\\d{1,5})?/(?:mem:)?[A-Za-z0-9_./~-]{1,400})"
              + "(?:;(?<parameters>.+))?");
  private static final Pattern FLAG = Pattern.compile("(?i)true|false");
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}");
  private static final Map<String, Pattern> ALLOWED =
      new TreeMap<>(
          Map.ofEntries(
              entry("CACHE_SIZE", NUMBER),
              entry("CASE_INSENSITIVE_IDENTIFIERS", FLAG),
              entry("DATABASE_TO_LOWER", FLAG),
              entry("DATABASE_TO_UPPER", FLAG),
              entry("DB_CLOSE_DELAY", NUMBER),
              entry("DB_CLOSE_ON_EXIT", FLAG),
              entry("IFEXISTS", FLAG),
              entry("LOCK_TIMEOUT", NUMBER),
              entry("MODE", Pattern.compile("(?i)regular|strict|postgresql")),
              entry("NON_KEYWORDS", Pattern.compile("[A-Za-z_]{1,40}(?:,[A-Za-z_]{1,40}){0,40}")),
              entry("SCHEMA", Pattern.compile("[A-Za-z0-9_]{1,63}")),
              entry("WRITE_DELAY", NUMBER)));

  static H2Url parse(String url, FileRoots roots) {
    Matcher shape = SHAPE.matcher(url);
    if (!shape.matches()) {
      throw JdbcUrl.refused(
          "not of the form jdbc:h2:mem:NAME, jdbc:h2:file:/FOLDER/NAME or jdbc:h2:tcp://HOST/NAME in plain"
              + " letters, parameters behind ';'");
    }
    String parameters = shape.group("parameters");
    Map<String, String> given =
        parameters == null ? Map.of() : JdbcUrl.parameters(parameters, ";", ALLOWED, true);
    String file = shape.group("file");
    if (file == null) {
      return new H2Url(url);
    }
    checkFile(file, roots);
    // A commit that only a timer writes would be forgotten by kill -9 although it was answered.
    return new H2Url(given.containsKey("WRITE_DELAY") ? url : url + ";WRITE_DELAY=0");
  }

  private static void checkFile(String file, FileRoots roots) {
    for (String suffix : new String[] {".mv.db", ".trace.db", ".lobs.db"}) {
      roots.resolve(KEY, file + suffix);
    }
  }

  @Override
  public DataSource dataSource(@Nullable String user, @Nullable String password) {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL(url);
    source.setUser(user == null ? "" : user);
    source.setPassword(password == null ? "" : password);
    return source;
  }

  @Override
  public Dialect dialect() {
    return new H2Dialect();
  }
}
