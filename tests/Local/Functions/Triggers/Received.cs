using System.Collections.Concurrent;

namespace Marquee.Local.Functions.Tests.Triggers;

/// <summary>What the functions under test were given, in order.</summary>
internal sealed class Received
{
    private readonly ConcurrentQueue<object?> _values = new();

    public int Count => _values.Count;

    public IReadOnlyList<object?> Values => [.. _values];

    public void Add(object? value) => _values.Enqueue(value);
}
