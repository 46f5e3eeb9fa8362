namespace Marquee.Simulation.Time;

/// <summary>
/// When a process dies: after so many more points at which it touches the world outside (a disk write, a sync, a request out, an answer in),
/// so that death finds it between any two of them.
/// </summary>
internal sealed class Crash(Life life)
{
    private int? _left;
    private Action? _die;

    /// <summary>The <paramref name="points"/>-th touch from now does not happen, nor does anything after it.</summary>
    public void Arm(int points, Action die) => (_left, _die) = (points, die);

    /// <summary>Called at each touch. False: the process is dead, and the touch does not happen.</summary>
    public bool Survives()
    {
        if (life.IsOver) return false;
        if (_left is not { } left) return true;
        _left = left - 1;
        if (left > 1) return true;
        _left = null;
        life.End();
        _die!();
        return false;
    }
}
