using Marquee.Simulation.Time;

namespace Marquee.Simulation.Disk;

/// <summary>What is wrong with a disk.</summary>
internal enum DiskFault
{
    None,

    /// <summary>It says that it has synced and has not. Only to show that the simulation notices.</summary>
    LosesSyncs,
}

/// <summary>
/// The disk of one computer: its files outlive the processes on it. What was synced stays; of what was written since, a power cut leaves a
/// part that the seed chooses: writes lost, kept, torn between sectors, in any combination.
/// </summary>
internal sealed class SimDisk(Chance chance)
{
    private readonly Dictionary<string, SimFile> _files = new(StringComparer.Ordinal);
    private Crash? _crash;

    public DiskFault Fault { get; init; }

    /// <summary>Counts writes that reached the disk: whoever caches what it read compares.</summary>
    public long Writes { get; private set; }

    /// <summary>Whether writes fail for want of room.</summary>
    public bool IsFull { get; set; }

    /// <summary>Puts the disk under a process, whose end it then shares.</summary>
    public void Mount(Crash crash) => _crash = crash;

    /// <summary>The power is cut: open files are gone, and what was not synced is as chance has it.</summary>
    public void CutPower()
    {
        // What most cuts leave is everything or nothing; the mixtures are where recovery is hard.
        var survival = chance.Int(0, 4) switch { 0 => 0.0, 1 => 1.0, _ => chance.Part() };
        foreach (var file in _files.Values.OrderBy(f => f.Path, StringComparer.Ordinal).ToList())
        {
            if (!file.CutPower(chance, survival)) _files.Remove(file.Path);
        }
    }

    /// <summary>The process ended and the computer did not: the system still has what was written.</summary>
    public void EndProcess()
    {
        foreach (var file in _files.Values) file.Detach();
    }

    public SimFile? Find(string path) => _files.GetValueOrDefault(path);

    public SimFile Open(string path)
    {
        if (!_files.TryGetValue(path, out var file)) _files.Add(path, file = new SimFile(this, path));
        return file;
    }

    public void Delete(string path) => _files.Remove(path);

    /// <summary>False: the process is dead, and nothing is written.</summary>
    public bool Touches()
    {
        if (_crash is { } crash && !crash.Survives()) return false;
        Writes++;
        return true;
    }
}
