using Marquee.Simulation.Disk;
using Marquee.Simulation.Time;

namespace Marquee.Simulation.Tests;

public sealed class SimFileTests
{
    private const int Bytes = 4096;

    [Fact]
    public void What_was_synced_survives_every_power_cut()
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            var disk = new SimDisk(new Chance(seed));
            var file = disk.Open("/d/f");
            file.WriteAt(Filled(1), 0);
            file.Sync();
            file.WriteAt(Filled(2), Bytes);
            disk.CutPower();
            Assert.Equal(Filled(1), Read(disk.Find("/d/f")!, 0));
        }
    }

    [Fact]
    public void What_was_not_synced_is_kept_lost_or_torn_between_sectors()
    {
        var fates = new HashSet<string>();
        for (var seed = 0UL; seed < 400; seed++)
        {
            var disk = new SimDisk(new Chance(seed));
            var file = disk.Open("/d/f");
            file.WriteAt(Filled(1), 0);
            file.Sync();
            file.WriteAt(Filled(2), 0);
            disk.CutPower();
            var left = Read(disk.Find("/d/f")!, 0);
            Assert.All(left.Chunk(512), sector => Assert.Single(sector.Distinct()));
            fates.Add(left.Distinct().Count() == 2 ? "torn" : left[0] == 2 ? "kept" : "lost");
        }

        Assert.Equal(["kept", "lost", "torn"], fates.Order());
    }

    [Fact]
    public void A_process_that_is_killed_leaves_what_it_wrote()
    {
        var disk = new SimDisk(new Chance(1));
        disk.Open("/d/f").WriteAt(Filled(3), 0);
        disk.EndProcess();
        Assert.Equal(Filled(3), Read(disk.Find("/d/f")!, 0));
    }

    private static byte[] Filled(byte value) => [.. Enumerable.Repeat(value, Bytes)];

    private static byte[] Read(SimFile file, long offset)
    {
        var bytes = new byte[Bytes];
        file.Read(bytes, offset);
        return bytes;
    }
}
