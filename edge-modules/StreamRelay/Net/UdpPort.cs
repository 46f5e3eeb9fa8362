using System.Net;
using System.Net.Sockets;
using Marquee.StreamRelay.Loop;

namespace Marquee.StreamRelay.Net;

/// <summary>One UDP socket on the media loop.</summary>
internal abstract class UdpPort : ILoopPort, IDatagramSender
{
    private protected UdpPort(UdpPortOptions options, IDatagramHandler handler)
    {
        Handler = handler;
        Socket = new Socket(options.Bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            if (options.Bind.AddressFamily == AddressFamily.InterNetworkV6) Socket.DualMode = false;
            Socket.ReceiveBufferSize = options.ReceiveBufferBytes;
            Socket.SendBufferSize = options.SendBufferBytes;
            if (OperatingSystem.IsLinux()) ApplyLinux(options);
            else if (options.Interface is not null) throw new PlatformNotSupportedException("binding to an interface by name needs Linux");
            if (OperatingSystem.IsWindows()) Socket.IOControl(IOControlConnectionReset, [0], null);
            Socket.Bind(options.Bind);
            LocalEndPoint = (IPEndPoint)Socket.LocalEndPoint!;
        }
        catch
        {
            Socket.Dispose();
            throw;
        }
    }

    /// <summary>Windows reports an unreachable peer as a failed receive unless told not to (SIO_UDP_CONNRESET).</summary>
    private const int IOControlConnectionReset = -1744830452;

    public Socket Socket { get; }

    public IPEndPoint LocalEndPoint { get; }

    public PortCounters Counters { get; } = new();

    private protected IDatagramHandler Handler { get; }

    private protected bool IsDisposed { get; private set; }

    private protected bool IsInet6 => Socket.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Binds a port: batched system calls on Linux, .NET's sockets elsewhere.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static UdpPort Bind(UdpPortOptions options, IDatagramHandler handler) =>
        OperatingSystem.IsLinux() && !options.Managed ? new BatchedUdpPort(options, handler) : new ManagedUdpPort(options, handler);

    public abstract bool Ready(long now);

    public abstract void Flush();

    public abstract Span<byte> Rent();

    public abstract void Send(int length, in PeerAddress to);

    /// <summary>On the loop. Nothing can be sent or received afterwards.</summary>
    public void Dispose()
    {
        if (IsDisposed) return;
        IsDisposed = true;
        Socket.Dispose();
        Release();
    }

    private protected virtual void Release()
    {
    }

    private void ApplyLinux(UdpPortOptions options)
    {
        Force(LinuxNative.ReceiveBufferForce, options.ReceiveBufferBytes);
        Force(LinuxNative.SendBufferForce, options.SendBufferBytes);
        if (options.Interface is { } name)
            Socket.SetRawSocketOption(LinuxNative.SolSocket, LinuxNative.BindToDevice, System.Text.Encoding.ASCII.GetBytes(name + "\0"));
    }

    /// <summary>Past the system's limit if we may (CAP_NET_ADMIN); otherwise what the limit gives stands.</summary>
    private void Force(int option, int bytes)
    {
        try
        {
            Socket.SetRawSocketOption(LinuxNative.SolSocket, option, BitConverter.GetBytes(bytes));
        }
        catch (SocketException)
        {
            // Not privileged: the ordinary option has been set already.
        }
    }
}
