using ApprovalsApp;

await Application.Build(args).RunAsync();
