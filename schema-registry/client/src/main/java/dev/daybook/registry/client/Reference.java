package dev.daybook.registry.client;

/// A schema's pointer to a type that another subject's version defines.
public record Reference(String name, String subject, int version) {}
