package dev.daybook.connectors.jdbc;

import static java.util.Map.entry;

import dev.daybook.connectors.roots.FileRoots;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/// `jdbc:postgresql://HOST[:PORT][,HOST[:PORT]]/DATABASE[?NAME=VALUE[&NAME=VALUE]]`.
record PostgresUrl(String url) implements JdbcUrl {
  static final String SCHEME = "jdbc:postgresql:";

  private static final String HOST =
      "(?:[A-Za-z0-9][A-Za-z0-9._-]{0,252}|\\[[0-9A-Fa-f:]{2,39}\\])(?::\\d{1,5})?";
  private static final Pattern SHAPE =
      Pattern.compile(
          "jdbc:postgresql://" + HOST + "(?:," + HOST + "){0,15}/[A-Za-z0-9_.-]{1,63}(?:\\?(.+))?");
  private static final Pattern FLAG = Pattern.compile("true|false");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Map<String, Pattern> ALLOWED =
      new TreeMap<>(
          Map.ofEntries(
              entry("ApplicationName", Pattern.compile("[A-Za-z0-9_. -]{1,63}")),
              entry("connectTimeout", NUMBER),
              entry("currentSchema", Pattern.compile("[A-Za-z0-9_]{1,63}(?:,[A-Za-z0-9_]{1,63})*")),
              entry("loadBalanceHosts", FLAG),
              entry("loginTimeout", NUMBER),
              entry("prepareThreshold", NUMBER),
              entry("reWriteBatchedInserts", FLAG),
              entry("socketTimeout", NUMBER),
              entry("ssl", FLAG),
              entry(
                  "sslmode", Pattern.compile("disable|allow|prefer|require|verify-ca|verify-full")),
              entry("sslrootcert", Pattern.compile("/[A-Za-z0-9_./-]{1,400}")),
              entry("targetServerType", Pattern.compile("any|primary|preferPrimary")),
              entry("tcpKeepAlive", FLAG)));

  static PostgresUrl parse(String url, FileRoots roots) {
    Matcher shape = SHAPE.matcher(url);
    if (!shape.matches()) {
      throw JdbcUrl.refused(
          "not of the form jdbc:postgresql://HOST[:PORT]/DATABASE[?NAME=VALUE&...] in plain letters;"
              + " user and password go to connection.user and connection.password");
    }
    String parameters = shape.group(1);
    if (parameters != null) {
      Map<String, String> given = JdbcUrl.parameters(parameters, "&", ALLOWED, false);
      String certificate = given.get("sslrootcert");
      if (certificate != null) {
        roots.resolve(KEY, certificate);
      }
    }
    return new PostgresUrl(url);
  }

  @Override
  public DataSource dataSource(@Nullable String user, @Nullable String password) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setReWriteBatchedInserts(true);
    source.setTcpKeepAlive(true);
    source.setApplicationName("daybook-jdbc-sink");
    source.setURL(url);
    source.setUser(user);
    source.setPassword(password);
    return source;
  }

  @Override
  public Dialect dialect() {
    return new PostgresDialect();
  }
}
