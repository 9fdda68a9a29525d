package dev.daybook.auditui.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// One file of the page, read from the class path once and kept in memory, compressed beside.
@SuppressWarnings("ArrayRecordComponent") // Nobody compares assets.
record Asset(String path, String mediaType, byte[] content, byte[] gzipped) {
  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "html", "text/html; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml");

  static Asset of(String path, byte[] content) {
    var mediaType = MEDIA_TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    if (mediaType == null) {
      throw new IllegalStateException("no media type is known for " + path);
    }
    return new Asset(path, mediaType, content, gzip(content));
  }

  static byte[] read(String resource) {
    try (var in = Asset.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            resource + " is not on the class path: the page's jars are incomplete");
      }
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static byte[] gzip(byte[] content) {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(content);
    } catch (IOException impossibleInMemory) {
      throw new UncheckedIOException(impossibleInMemory);
    }
    return compressed.toByteArray();
  }
}
