using Marquee.Simulation.Runs;
using Marquee.Simulation.World;

if (args is ["one", var seed])
{
    var watch = System.Diagnostics.Stopwatch.StartNew();
    var result = await Task.Run(() => SeedRun.PlayAsync(ulong.Parse(seed), Mutation.None, true));
    Console.WriteLine(string.Join('\n', result.Story));
    Console.WriteLine(result);
    Console.WriteLine(watch.Elapsed);
}
else
{
    var watch = System.Diagnostics.Stopwatch.StartNew();
    for (var s = ulong.Parse(args[0]); s < ulong.Parse(args[1]); s++)
    {
        var result = await Task.Run(() => SeedRun.PlayAsync(s, args.Length > 2 ? Enum.Parse<Mutation>(args[2]) : Mutation.None, false));
        if (result.Failure is not null) Console.WriteLine($"{s} {result.Failure}");
        else Console.WriteLine($"{s} steps={result.Steps} approved={result.Approved}/{result.Orders} offline={result.Offline} lives={result.Lives} {result.Played} {watch.Elapsed.TotalMilliseconds:F0}");
    }
}
return 0;
