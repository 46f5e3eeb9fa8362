using System.Globalization;
using Marquee.Simulation.Time;
using Microsoft.Extensions.Logging;

namespace Marquee.Simulation.World;

/// <summary>What a failing seed has to tell: the last things that happened. Only kept when somebody wants to read it.</summary>
internal sealed class Story(Agenda agenda, int capacity) : ILoggerProvider
{
    private readonly Queue<string> _lines = new(capacity);

    public IReadOnlyCollection<string> Lines => _lines;

    public void Tell(string who, string what)
    {
        if (_lines.Count == capacity) _lines.Dequeue();
        _lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{agenda.Elapsed:hh\\:mm\\:ss\\.fff} {who,-14} {what}"));
    }

    public ILogger CreateLogger(string categoryName) => new Teller(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose()
    {
    }

    private sealed class Teller(Story story, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            story.Tell(category, formatter(state, exception) + (exception is null ? "" : $" [{exception.GetType().Name}: {exception.Message}]"));
    }
}
