using System.Net;
using System.Net.Sockets;
using Marquee.Local.Platform.Ground;

namespace Marquee.Local.Platform.Tests.Ground;

public sealed class PortPlanTests
{
    [Fact]
    public void A_plan_from_a_base_takes_its_ports_in_a_row() =>
        Assert.Equal(Enumerable.Range(9_000, PortPlan.Count), PortPlan.From(9_000).All);

    [Fact]
    public void A_free_plan_avoids_a_port_that_something_listens_on()
    {
        var first = PortPlan.Free(spread: 11);
        using var listener = new TcpListener(IPAddress.Loopback, first.Cloud);
        listener.Start();

        var second = PortPlan.Free(spread: 11);

        Assert.Equal([first.Cloud], first.Taken());
        Assert.Empty(first.All.Intersect(second.All));
    }

    [Fact]
    public void The_well_known_ports_are_all_different() => Assert.Equal(PortPlan.Count, PortPlan.Default.All.Distinct().Count());
}
