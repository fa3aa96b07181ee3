// Each test runs four or more processes: two tests at once would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
