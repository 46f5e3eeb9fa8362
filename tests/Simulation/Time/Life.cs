namespace Marquee.Simulation.Time;

/// <summary>One run of a process. When it is over, nothing of it has an effect any more: no timer fires, no write lands, no message leaves.</summary>
internal sealed class Life(string name)
{
    private readonly List<Action> _onEnd = [];

    public string Name => name;

    public bool IsOver { get; private set; }

    public void OnEnd(Action action) => _onEnd.Add(action);

    public void End()
    {
        if (IsOver) return;
        IsOver = true;
        foreach (var action in _onEnd) action();
    }
}
