Console.Error.WriteLine("soma: nothing to run yet");
return 1;
