namespace Marquee.Local.Durable;

/// <summary>How an orchestration starts over.</summary>
public class ContinueAsNewOptions
{
    /// <summary>The input of the new execution.</summary>
    public object? NewInput { get; set; }

    /// <summary>Whether events that nobody waited for go to the new execution (the default) or are dropped.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;

    /// <summary>The version of the new execution; null or blank keeps the present one.</summary>
    public string? NewVersion { get; set; }
}
