using System.Net.Sockets;
using Marquee.StreamRelay.Net;

namespace Marquee.StreamRelay.Loop;

/// <summary>Waits until one of the loop's sockets can be read: ppoll on Linux, Socket.Select elsewhere.</summary>
internal sealed unsafe class LoopWaiter
{
    private readonly List<ILoopPort> _ports = [];
    private readonly List<(ILoopPort Port, bool IsAdded)> _changes = [];
    private LinuxNative.PollEntry[] _entries = [];
    private bool[] _ready = [];

    public int Count => _ports.Count;

    public ILoopPort this[int index] => _ports[index];

    public bool IsReady(int index) => _ready[index];

    /// <summary>Takes effect with the next wait, so that a port may add and remove ports while it is read.</summary>
    public void Add(ILoopPort port) => _changes.Add((port, true));

    public void Remove(ILoopPort port) => _changes.Add((port, false));

    public void Wait(TimeSpan atMost)
    {
        if (_changes.Count > 0) Rebuild();
        if (OperatingSystem.IsLinux()) Poll(atMost);
        else Select(atMost);
    }

    private void Rebuild()
    {
        foreach (var (port, isAdded) in _changes)
        {
            if (isAdded) _ports.Add(port);
            else _ports.Remove(port);
        }
        _changes.Clear();
        _entries = new LinuxNative.PollEntry[_ports.Count];
        _ready = new bool[_ports.Count];
        if (!OperatingSystem.IsLinux()) return;
        for (var i = 0; i < _ports.Count; i++)
            _entries[i] = new LinuxNative.PollEntry { Handle = (int)_ports[i].Socket.Handle };
    }

    private void Poll(TimeSpan atMost)
    {
        var timeout = new LinuxNative.TimeSpec
        {
            Seconds = (nint)(atMost.Ticks / TimeSpan.TicksPerSecond),
            Nanoseconds = (nint)(atMost.Ticks % TimeSpan.TicksPerSecond * 100),
        };
        fixed (LinuxNative.PollEntry* entries = _entries)
        {
            for (var i = 0; i < _entries.Length; i++)
                entries[i].Events = (short)(_ports[i].WantsWrite ? LinuxNative.PollIn | LinuxNative.PollOut : LinuxNative.PollIn);
            var count = LinuxNative.Poll(entries, (nuint)_entries.Length, &timeout, null);
            for (var i = 0; i < _entries.Length; i++) _ready[i] = count > 0 && (_entries[i].Returned & ~LinuxNative.PollOut) != 0;
        }
    }

    private void Select(TimeSpan atMost)
    {
        var sockets = _ports.Select(p => p.Socket).ToList();
        Socket.Select(sockets, null, null, atMost);
        for (var i = 0; i < _ports.Count; i++) _ready[i] = sockets.Contains(_ports[i].Socket);
    }
}
