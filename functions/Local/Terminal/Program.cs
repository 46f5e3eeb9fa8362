await Console.Error.WriteLineAsync("not yet");
return 1;
